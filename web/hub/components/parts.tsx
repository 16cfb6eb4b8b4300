import { formatMembers, formatShare } from '../format.ts'
import type { Badge, EndpointRow } from '../state/row.ts'

/** A dash that is read as "no figure". */
export const None = () => (
  <span class="none">
    <span aria-hidden="true">–</span>
    <span class="sr-only">no figure</span>
  </span>
)

/** A figure, or a dash. */
export const figure = (value: number | undefined, format: (value: number) => string) =>
  value === undefined ? <None /> : format(value)

const BADGES: Readonly<Record<Badge, string>> = {
  speed: 'Shortest time for an ordinary answer, among the endpoints of this model',
  price: 'Lowest price among the endpoints of this model',
  reliability: 'Highest uptime among the endpoints of this model',
}

type Marked = Pick<EndpointRow, 'badges' | 'failing' | 'source' | 'passedOver' | 'offered'>

export const Badges = ({ row: { badges = [], failing, source, passedOver, offered } }: { row: Marked }) => (
  <>
    {source === 'probe' && (
      <span class="badge probe" title="Measured by the hub itself, not by its members">
        probed
      </span>
    )}
    {failing && <strong class="badge incident">incident</strong>}
    {badges.map((badge) => (
      <span key={badge} class={`badge ${badge}`} title={BADGES[badge]}>
        <span class="sr-only">best for </span>
        {badge}
      </span>
    ))}
    {passedOver !== undefined && (
      <span class="badge" title="Members have it configured, and use others instead">
        passed over by {formatMembers(passedOver)}
      </span>
    )}
    {offered !== undefined && (
      <span class="badge" title="Members have it configured, and have no figures of it yet">
        offered by {formatMembers(offered)}
      </span>
    )}
  </>
)

export const gradeOf = (uptime: number): 'good' | 'fair' | 'poor' =>
  uptime >= 0.995 ? 'good' : uptime >= 0.97 ? 'fair' : 'poor'

export const Uptime = ({ value }: { value: number | undefined }) =>
  value === undefined ? <None /> : <span class={`uptime ${gradeOf(value)}`}>{formatShare(value)}</span>

/** Where a provider has several endpoints of a model: what it calls this one. */
export const OwnName = ({ row }: { row: Pick<EndpointRow, 'model' | 'isOneOfSeveral'> }) =>
  row.isOneOfSeveral ? <small class="own-name">{row.model}</small> : null
