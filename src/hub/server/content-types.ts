/** A signed document, in either direction. */
export const SIGNED_TYPE = 'application/vnd.commonroute.signed'
