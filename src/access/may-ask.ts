/**
 * Whether a client may ask about a request: one that it made itself. `client` is the fingerprint of its key; undefined
 * while the router asks for no key, and then everybody may. A record without one is from such a time, or from before
 * fingerprints were kept: any key may ask.
 */
export function mayAsk(client: string | undefined, record: { readonly client?: string }): boolean {
  return client === undefined || record.client === undefined || record.client === client
}
