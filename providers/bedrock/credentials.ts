import { renewedCredentials } from '../shared/credentials.ts'
import { optional } from '../shared/optional.ts'
import type { Lasting, Renewed } from '../shared/renewed.ts'

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp.html */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface CredentialOptions {
  readonly access_key_id?: string
  readonly secret_access_key?: string
  readonly session_token?: string
  readonly profile?: string
}

type Given = Credentials & { readonly expiration?: Date }

/** What is used of it: https://www.npmjs.com/package/@aws-sdk/credential-provider-node */
interface Chain {
  defaultProvider(init: { readonly profile?: string }): () => Promise<Given>
}

const CHAIN_PACKAGE = '@aws-sdk/credential-provider-node'

const MISSING = `there are no AWS credentials: set api_key or access_key_id and secret_access_key, or the variables AWS_BEARER_TOKEN_BEDROCK or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; for profiles, single sign-on, roles and instances run npm install ${CHAIN_PACKAGE}`

/**
 * Those of the options; else, unless a profile is named, those of the environment; else what the official chain finds
 * (profile, SSO, web identity, container, instance), where its package is installed.
 */
export function credentialsOf(
  options: CredentialOptions,
  now: () => number,
  env: NodeJS.ProcessEnv = process.env,
  load: () => Promise<Chain | undefined> = () => optional<Chain>(CHAIN_PACKAGE),
): Renewed<Credentials> {
  let chain: (() => Promise<Given>) | undefined
  const find = async (): Promise<Lasting<Credentials>> => {
    const fixed = fixedOf(options, env)
    if (fixed) return { value: fixed }
    const { profile } = options
    chain ??= (await load())?.defaultProvider(profile === undefined ? {} : { profile })
    if (!chain) throw new Error(MISSING)
    const { expiration, ...value } = await chain()
    return { value, ...(expiration && { expiresMs: expiration.getTime() }) }
  }
  return renewedCredentials(find, now)
}

function fixedOf(options: CredentialOptions, env: NodeJS.ProcessEnv): Credentials | undefined {
  const own = keysOf(options.access_key_id, options.secret_access_key, options.session_token)
  if (own || options.profile !== undefined) return own
  return keysOf(env.AWS_ACCESS_KEY_ID, env.AWS_SECRET_ACCESS_KEY, env.AWS_SESSION_TOKEN)
}

const keysOf = (id?: string, secret?: string, token?: string): Credentials | undefined =>
  id && secret ? { accessKeyId: id, secretAccessKey: secret, ...(token && { sessionToken: token }) } : undefined
