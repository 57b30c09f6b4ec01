/** What the tests use of three's EXR reader, which comes without types. */
declare module 'three/examples/jsm/loaders/EXRLoader.js' {
  export class EXRLoader {
    /** The number type of the result: {@link FloatType}. */
    type: number
    /** Rows come from the bottom up. */
    parse (buffer: ArrayBuffer): {
      readonly width: number
      readonly height: number
      readonly data: Float32Array
      readonly header: Readonly<Record<string, unknown>>
    }
  }
}

declare module 'three' {
  export const FloatType: number
}
