/** Why a rendering could not be made. Nothing of it is kept: the same request may be tried again. */
export class RenderError extends Error {
  override readonly name = "RenderError"
  /**
   * `request`: a number out of range. `picture`: the bytes cannot be decoded as a picture.
   * `worker`: the thread that rendered it died. `closed`: the renderer was closed.
   */
  readonly kind: "request" | "picture" | "worker" | "closed"

  constructor(kind: RenderError["kind"], message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}
