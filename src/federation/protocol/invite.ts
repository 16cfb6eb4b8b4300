import { randomBytes } from 'node:crypto'

/** `cr1.<secret>.<fingerprint of the hub's key>`: proves the right to enrol, and tells whom to trust as the hub. */
export interface Invite {
  readonly secret: string
  readonly hub: string
}

export const createInvite = (hubFingerprint: string): string =>
  `cr1.${randomBytes(16).toString('base64url')}.${hubFingerprint}`

/** Undefined when it is not an invite. */
export function readInvite(code: string): Invite | undefined {
  const [, secret, hub] = /^cr1\.([\w-]{22})\.([\w-]{22})$/.exec(code.trim()) ?? []
  return secret && hub ? { secret, hub } : undefined
}
