import { formatShare } from '../format.ts'
import type { Day } from '../state/uptime.ts'
import { gradeOf } from './parts.tsx'

/** A box for each day; what it says in words is read aloud as one text. */
export function Strip({ days }: { days: readonly Day[] }) {
  const known = days.filter(({ uptime }) => uptime !== undefined)
  const worst = known.toSorted((a, b) => a.uptime! - b.uptime!)[0]
  const text = worst
    ? `${known.length} days, worst ${formatShare(worst.uptime!)} on ${worst.date}`
    : 'nothing published'
  return (
    <span class="strip" role="img" aria-label={text}>
      {days.map(({ date, uptime }) => (
        <span
          key={date}
          class={uptime === undefined ? 'unknown' : gradeOf(uptime)}
          title={`${date}: ${uptime === undefined ? 'nothing published' : formatShare(uptime)}`}
        />
      ))}
    </span>
  )
}
