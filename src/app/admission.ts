import { type ClientKeys, clientKeysOf } from '../access/client-keys.ts'
import { KeylessAccess } from '../access/keyless.ts'
import type { Config } from '../config/types.ts'

/** Who is let in: with a key, and where there are none, from where. */
export interface Admission {
  readonly keys: ClientKeys
  readonly keyless: KeylessAccess
}

/** `host`: that is listened on, which a reload does not change. */
export const admissionOf = (host: string, { auth, server }: Config): Admission => ({
  keys: clientKeysOf(auth),
  keyless: new KeylessAccess({ host, hosts: server.allowedHosts, origins: server.allowedOrigins }),
})
