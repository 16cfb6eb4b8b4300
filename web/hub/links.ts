/** Where things are, below the hub's address; a page puts its `base` before them. */

const segments = (name: string): string => name.split('/').map(encodeURIComponent).join('/')

export const modelPath = (name: string): string => `models/${segments(name)}`
export const providerPath = (name: string): string => `providers/${segments(name)}`
export const INCIDENTS_PATH = 'incidents'
export const incidentPath = (id: string): string => `incidents/${segments(id)}`

/** Of the overview in files: its first part is the hub's address itself. */
export const overviewPath = (page: number): string => (page > 1 ? `overview/${page}` : '')

/**
 * From a page to another; `path` is '' for the overview. Between files it names the file itself: a server of plain files
 * tries no ending.
 */
export const pageLink = (base: string, path: string, isCopy: boolean): string =>
  isCopy ? `${base}${path || 'index'}.html` : `${base}${path}`

/** The hub's own terms, and the incidents as data: a copy in files has them as files, and not always signed. */
export const termsLink = (base: string, isCopy: boolean): string => `${base}${isCopy ? 'terms.txt' : 'terms'}`
export const incidentDataLink = (base: string, isCopy: boolean): string =>
  `${base}${isCopy ? 'v1/incidents.json' : 'v1/incidents'}`

/** Files below the hub's address. */
export const CSV_PATH = 'endpoints.csv'
export const ATOM_PATH = 'incidents.atom'
