import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isObject } from '../shared/is-object.ts'
import { optional } from '../shared/optional.ts'
import type { Lasting } from '../shared/renewed.ts'
import { GOOGLE_TOKEN_URL, isServiceAccount, type ServiceAccount, serviceAccountToken } from './service-account.ts'

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform'
/** What a token lasts where its server does not say: https://cloud.google.com/docs/authentication/token-types */
const USUAL_MS = 3_600_000
const LIBRARY = 'google-auth-library'

export interface Credentials {
  /** A key of a service account, an external account or a user, as JSON. */
  readonly credentials?: string
  /** A file of the same. */
  readonly credentials_file?: string
}

interface Client {
  readonly credentials: { readonly expiry_date?: number | null }
  getAccessToken(): Promise<{ token?: string | null }>
}

/** What is used of the library. */
interface Library {
  readonly GoogleAuth: new (options: object) => { getClient(): Promise<Client> }
}

/**
 * Tokens by Google's own library, which is loaded here, at the first use (a service account's key does without, and is
 * used at the server that it names): from the key that is given, else by its chain
 * (`GOOGLE_APPLICATION_CREDENTIALS`, gcloud's file, the metadata server; workload identity by either). Throws what the
 * library throws. https://cloud.google.com/docs/authentication/application-default-credentials
 */
export function fetchToken({ credentials, credentials_file }: Credentials, directory: string, now: () => number) {
  return async (): Promise<Lasting<string>> => {
    const account = serviceAccount(credentials, credentials_file, directory)
    const isElsewhere = account?.token_uri !== undefined && account.token_uri !== GOOGLE_TOKEN_URL
    const library = isElsewhere ? undefined : await optional<Library>(LIBRARY)
    if (account && !library) return serviceAccountToken(account, SCOPE, now())
    if (!library) throw new Error(`the package ${LIBRARY} is not installed: npm install ${LIBRARY}`)
    // A new one each time: its own cache would give the token that is about to end, or was refused.
    const client = await new library.GoogleAuth({
      scopes: [SCOPE],
      ...(credentials !== undefined && { credentials: parsed(credentials) }),
      ...(credentials_file !== undefined && { keyFile: resolve(directory, credentials_file) }),
    }).getClient()
    const { token } = await client.getAccessToken()
    if (!token) throw new Error('Google’s token server gave none')
    return { value: token, expiresMs: client.credentials.expiry_date ?? now() + USUAL_MS }
  }
}

/** The key of a service account, where one is given; anything else is for the library. */
function serviceAccount(
  credentials: string | undefined,
  file: string | undefined,
  directory: string,
): ServiceAccount | undefined {
  const path = file ?? (credentials === undefined ? process.env.GOOGLE_APPLICATION_CREDENTIALS : undefined)
  const given = path === undefined ? credentials : readIfThere(resolve(directory, path))
  if (given === undefined) return undefined
  const value = parsed(given)
  return isServiceAccount(value) ? value : undefined
}

/** A file that cannot be read is the library's to explain. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** What JSON.parse throws would show a piece of the secret. */
function parsed(credentials: string): object {
  let value: unknown
  try {
    value = JSON.parse(credentials)
  } catch {
    // Said below.
  }
  if (isObject(value)) return value
  throw new Error('credentials is no JSON object, as the file of a service account holds one')
}
