/** Where things are, below the hub's address; a page puts its `base` before them. */

const segments = (name: string): string => name.split('/').map(encodeURIComponent).join('/')

export const modelPath = (name: string): string => `models/${segments(name)}`
export const providerPath = (name: string): string => `providers/${segments(name)}`
export const incidentPath = (id: string): string => `incidents/${segments(id)}`

/** Of the overview in files: its first part is the hub's address itself. */
export const overviewPath = (page: number): string => (page > 1 ? `overview/${page}` : '')

/** Files below the hub's address. */
export const CSV_PATH = 'endpoints.csv'
export const ATOM_PATH = 'incidents.atom'
