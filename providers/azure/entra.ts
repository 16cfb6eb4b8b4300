import { renewedCredentials } from '../shared/credentials.ts'
import { optional } from '../shared/optional.ts'
import type { Lasting, Renewed } from '../shared/renewed.ts'

/** What is used of it: https://www.npmjs.com/package/@azure/identity */
interface Identity {
  readonly DefaultAzureCredential: new (options: {
    readonly managedIdentityClientId?: string
  }) => {
    getToken(scope: string): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>
  }
}

const IDENTITY_PACKAGE = '@azure/identity'

const MISSING = `there is no api_key, and tokens of Entra ID need a package: run npm install ${IDENTITY_PACKAGE}`

export interface EntraOptions {
  readonly scope: string
  readonly client_id?: string
}

/**
 * Tokens of Entra ID, by the official chain: client secret or certificate from the environment, workload identity,
 * managed identity, Azure's command line.
 */
export function tokensOf(
  { scope, client_id: id }: EntraOptions,
  now: () => number,
  load: () => Promise<Identity | undefined> = () => optional<Identity>(IDENTITY_PACKAGE),
): Renewed<string> {
  let credential: InstanceType<Identity['DefaultAzureCredential']> | undefined
  const find = async (): Promise<Lasting<string>> => {
    if (!credential) {
      const identity = await load()
      if (!identity) throw new Error(MISSING)
      credential = new identity.DefaultAzureCredential(id === undefined ? {} : { managedIdentityClientId: id })
    }
    const given = await credential.getToken(scope)
    if (!given) throw new Error('Entra ID gave no token')
    return { value: given.token, expiresMs: given.expiresOnTimestamp }
  }
  return renewedCredentials(find, now)
}
