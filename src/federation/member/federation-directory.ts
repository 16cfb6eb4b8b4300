import { join } from 'node:path'

/** The folder of everything that belongs to a membership, inside the router's state folder. */
export const federationDirectory = (stateDirectory: string): string => join(stateDirectory, 'federation')
