import type { PublicEndpoint } from './types.ts'

/** Names a public endpoint, whatever the class. */
export const endpointKey = ({ provider, model, region }: PublicEndpoint): string => `${provider}\n${model}\n${region}`
