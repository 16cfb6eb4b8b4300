import { eventFrame } from '../incidents/streams.ts'
import type { Services } from './services.ts'

/** Looks whether incidents changed, here or through another process, and tells all streams. */
export async function publishIncidents({ board, streams, history }: Services): Promise<void> {
  if (!(await board.refresh())) return
  streams.push(incidentsFrame({ board }))
  await history.refresh()
}

/** The signed list of now, as an event. */
export const incidentsFrame = ({ board }: Pick<Services, 'board'>): string =>
  eventFrame('incidents', board.signed().bytes.toString('base64url'))
