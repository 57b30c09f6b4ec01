/** Where a video goes. */
export interface VideoTarget {
  /** Pixels. */
  readonly width: number
  readonly height: number
  /** Frames a second. */
  readonly fps: number
  /** Absolute path of the finished video. */
  readonly file: string
  /** Absolute path under which it grows. */
  readonly part: string
}

/** A video on its way to the disk. */
export interface VideoSink {
  /** Takes the next frame, in the form this sink wants; resolves when it may be followed by another. */
  add (frame: Uint8Array): Promise<void>
  /** Completes the video, brings it to the disk and gives it its name. */
  finish (): Promise<void>
  /** Gives up: nothing of it stays. Idempotent, and harmless after {@link finish}. */
  discard (): Promise<void>
}
