import { type Failure, NotPrepared } from 'commonroute/plugin'
import { type Lasting, Renewed } from './renewed.ts'

/**
 * Credentials that are kept until shortly before their end; `find` looks for them. Whoever gets none gets NotPrepared.
 * @param prefix of the message
 */
export const renewedCredentials = <T>(find: () => Promise<Lasting<T>>, now: () => number, prefix = ''): Renewed<T> =>
  new Renewed(async () => {
    try {
      return await find()
    } catch (error) {
      const failure = credentialFailure(error)
      throw new NotPrepared({ ...failure, message: `${prefix}${failure.message}` }, { cause: error })
    }
  }, now)

/** What the libraries of Google, Amazon (`$metadata`) and Microsoft (`statusCode`, `errors`) throw. */
interface Thrown {
  readonly message?: string
  readonly response?: {
    readonly status?: number
    readonly data?: { readonly error?: unknown; readonly error_description?: unknown }
  }
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly statusCode?: number
  /** Of each way that was tried: that one has no server here says nothing of the others. */
  readonly errors?: readonly unknown[]
}

const NO_ANSWER = /ENOTFOUND|ECONN|EAI_AGAIN|ETIMEDOUT|timeout|network|fetch failed|socket hang up/i

/** Why there are no credentials: an answer of the server that gives them, no answer, or nothing to ask it with. */
export function credentialFailure(error: unknown): Failure {
  const { message, response, $metadata, statusCode, errors } = error as Thrown
  const { error: code, error_description: reason } = response?.data ?? {}
  const answer = [code, reason].filter((part) => typeof part === 'string').join(': ')
  const text = answer || message || 'no reason was given'
  const status = response?.status ?? $metadata?.httpStatusCode ?? statusCode
  if (status !== undefined && (status === 429 || status >= 500)) return { kind: 'provider_error', message: text }
  if (status === undefined && !errors && NO_ANSWER.test(text)) return { kind: 'provider_network', message: text }
  return { kind: 'provider_auth', message: text, about: 'endpoint' }
}
