/** An answer that is an error, in OpenAI's shape. */
export class SandboxError extends Error {
  readonly status: number
  readonly type: string
  readonly code: string | null
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    type: string,
    message: string,
    more: { code?: string; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message)
    this.name = 'SandboxError'
    this.status = status
    this.type = type
    this.code = more.code ?? null
    this.headers = more.headers ?? {}
  }

  get body(): string {
    return JSON.stringify({ error: { message: this.message, type: this.type, param: null, code: this.code } })
  }
}
