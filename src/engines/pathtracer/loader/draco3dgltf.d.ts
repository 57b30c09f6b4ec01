declare module 'draco3dgltf' {
  /** The parts of the package that are used. The modules are handed to glTF Transform as they are. */
  const draco: {
    createDecoderModule (options?: { wasmBinary: Uint8Array }): Promise<unknown>
    createEncoderModule (): Promise<unknown>
  }
  export default draco
}
