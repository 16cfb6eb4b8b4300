import { eventFrame } from '../incidents/streams.ts'
import type { Services } from './services.ts'

/** Looks whether incidents changed, here or through another process, and tells all streams. */
export async function publishIncidents({ board, streams }: Services): Promise<void> {
  if (await board.refresh()) streams.push(incidentsFrame({ board }))
}

/** The signed list of now, as an event. */
export const incidentsFrame = ({ board }: Pick<Services, 'board'>): string =>
  eventFrame('incidents', board.signed().bytes.toString('base64url'))
