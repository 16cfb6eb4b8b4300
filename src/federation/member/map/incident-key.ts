import type { PublicEndpoint } from '../../protocol/types.ts'

/** Names a public endpoint, whatever the class. */
export const incidentKey = ({ provider, model, region }: PublicEndpoint): string => `${provider}\n${model}\n${region}`
