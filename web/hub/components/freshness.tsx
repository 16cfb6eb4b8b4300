import { useEffect, useState } from 'preact/hooks'
import { MAP_FADE_S } from '../../../src/federation/protocol/limits.ts'
import { formatDuration, formatInstant, formatMembers, formatPeriod, isoInstant } from '../format.ts'
import type { MapFacts } from '../state/page-state.ts'

const TICK_MS = 20_000
/**
 * A map comes well within an epoch after the one it is about; this many epochs after its end the next one is overdue,
 * and a minute more.
 */
const OVERDUE_EPOCHS = 2.6
const OVERDUE_S = 60

/**
 * When the map was made, how old it is, and whether that is as it should be. `madeAt`: Unix seconds at which the page
 * was drawn.
 */
export function Freshness({
  map,
  epochSeconds,
  madeAt,
}: {
  map: MapFacts | undefined
  epochSeconds: number
  madeAt: number
}) {
  const now = useNow(madeAt)
  if (!map) return <p class="freshness waiting">No map yet</p>
  const age = now - map.until
  const overdue = age > OVERDUE_EPOCHS * epochSeconds + OVERDUE_S
  return (
    <p class={`freshness ${overdue ? 'stale' : 'current'}`} role="status">
      <strong>{overdue ? 'No new map of late' : 'Map is current'}</strong>
      <span>
        up to <time dateTime={isoInstant(map.until)}>{formatInstant(map.until)}</time>, {formatDuration(age)} ago
      </span>
      <span>
        {map.members > 0 ? `${formatMembers(map.members)} members` : 'no members yet'} reporting, every{' '}
        {formatPeriod(epochSeconds)}
      </span>
      {age > MAP_FADE_S && <span>Routers have stopped using it.</span>}
    </p>
  )
}

/** Unix seconds, moving on while the page is open. The first drawing is that of the server. */
function useNow(start: number): number {
  const [now, setNow] = useState(start)
  useEffect(() => {
    const update = () => setNow(Math.max(start, Math.floor(Date.now() / 1000)))
    update()
    const timer = setInterval(update, TICK_MS)
    return () => clearInterval(timer)
  }, [start])
  return now
}
