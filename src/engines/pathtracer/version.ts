/** Counts what the path tracer means by a scene; part of its fingerprint, beside the hash of its kernel. Raise it when the loader reads a file differently. */
export const PATH_TRACER_VERSION = '2'
