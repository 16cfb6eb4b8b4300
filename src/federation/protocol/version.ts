/**
 * `v1`, minor 1. A change that an old reader would misunderstand makes a new major (another path, `/v2`); an added
 * field makes a new minor. A writer never uses a minor above its reader's (the hub announces its own in `GET /v1/hub`;
 * the map is written once for all and may be newer: readers leave out the fields they do not know). At one's own minor
 * and below, unknown fields are refused.
 */
export const MAJOR = 1
export const MINOR = 1

/** What a hub writes for all: `1.1`. */
export const VERSION = `${MAJOR}.${MINOR}`
/** What a member writes in a document without a field of a later minor: every hub reads it. */
export const FIRST_VERSION = `${MAJOR}.0`

/** Minor version of a document that was checked. */
export const minorOf = ({ v }: { readonly v: string }): number => Number(v.slice(v.indexOf('.') + 1))
