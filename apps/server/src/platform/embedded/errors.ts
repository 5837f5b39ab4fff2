export type EmbeddedErrorCode = 'unsupported' | 'account' | 'folder' | 'in-use' | 'failed'

/** The embedded database cannot be had; the message says why and what to do, in Chinese and English. */
export class EmbeddedError extends Error {
  override name = 'EmbeddedError'
  readonly code: EmbeddedErrorCode

  constructor(code: EmbeddedErrorCode, chinese: string, english: string) {
    super(`${chinese} / ${english}`)
    this.code = code
  }
}
