/**
 * `v1`, minor 3. A change that an old reader would misunderstand makes a new major (another path, `/v2`); an added
 * field makes a new minor. A writer never uses a minor above its reader's (the hub announces its own in `GET /v1/hub`;
 * the map is written once for all and may be newer: readers leave out the fields they do not know). At one's own minor
 * and below, unknown fields are refused.
 */
export const MAJOR = 1
export const MINOR = 3

/** What a document says that has fields of this minor, and of no later one: as many readers as can be read it. */
export const versionOf = (minor: number): string => `${MAJOR}.${minor}`

/** What a hub writes for all: `1.3`. */
export const VERSION = versionOf(MINOR)
/** What a member writes in a document without a field of a later minor: every hub reads it. */
export const FIRST_VERSION = versionOf(0)

/** Minor version of a document that was checked. */
export const minorOf = ({ v }: { readonly v: string }): number => Number(v.slice(v.indexOf('.') + 1))
