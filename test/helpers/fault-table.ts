/** Every fault an upstream may show, and what an attempt that met it is to be booked as. */
import { type Behaviour, faults } from './upstream.ts'

export interface Fault {
  readonly name: string
  readonly behaviour: Behaviour
  /** Outcome kind of the attempt; streaming and not where they differ. */
  readonly kind: string | { readonly stream: string; readonly whole: string }
  /** Short ones where it is to run into them. */
  readonly timeouts?: Readonly<Record<string, string>>
}

const hang = {
  kind: { stream: 'provider_timeout_first_token', whole: 'provider_timeout_response' },
  timeouts: { first_token: '1s', response: '1s', alive: '1s' },
}

/** Before the first output token, or of a whole answer: another endpoint takes over. */
export const EARLY_FAULTS: readonly Fault[] = [
  { name: '500', behaviour: faults.status(500), kind: 'provider_error' },
  { name: '502', behaviour: faults.status(502), kind: 'provider_error' },
  { name: '502-html', behaviour: faults.htmlError(502), kind: 'provider_error' },
  { name: '503', behaviour: faults.status(503), kind: 'provider_overloaded' },
  { name: '529', behaviour: faults.status(529), kind: 'provider_overloaded' },
  { name: '429', behaviour: faults.rateLimited(), kind: 'provider_rate_limited' },
  { name: '429-retry-after', behaviour: faults.rateLimited(30), kind: 'provider_rate_limited' },
  { name: '401', behaviour: faults.status(401), kind: 'provider_auth' },
  { name: '402', behaviour: faults.status(402), kind: 'provider_billing' },
  { name: '404', behaviour: faults.status(404), kind: 'provider_not_found' },
  { name: 'billing-as-400', behaviour: faults.billingAs400, kind: 'provider_billing' },
  { name: 'reset', behaviour: faults.reset, kind: 'provider_network' },
  { name: 'hang-before-head', behaviour: faults.hangBeforeHead, ...hang },
  { name: 'hang-after-head', behaviour: faults.hangAfterHead, ...hang },
  { name: 'trickle', behaviour: faults.trickle(), ...hang },
  { name: 'cut-before-token', behaviour: faults.cutAfter(0), kind: 'provider_truncated' },
  {
    name: 'end-before-token',
    behaviour: faults.endAfter(0),
    kind: { stream: 'provider_truncated', whole: 'provider_empty' },
  },
  { name: 'error-event', behaviour: faults.errorEventAfter(0), kind: 'provider_overloaded' },
  { name: 'error-under-200', behaviour: faults.errorUnder200(429), kind: 'provider_rate_limited' },
  { name: 'empty', behaviour: faults.empty, kind: 'provider_empty' },
  { name: 'malformed', behaviour: faults.malformedAfter(0), kind: 'provider_malformed' },
  { name: 'huge-line', behaviour: faults.hugeLine(10_000_000), kind: 'provider_malformed' },
]

/**
 * After the first output token of a stream: reported in-band. Not streaming, the whole is not out yet and another
 * endpoint takes over.
 */
export const LATE_FAULTS: readonly Fault[] = [
  { name: 'cut-after-tokens', behaviour: faults.cutAfter(2), kind: 'provider_truncated' },
  { name: 'reset-after-tokens', behaviour: faults.cutAfter(2, 'reset'), kind: 'provider_truncated' },
  {
    name: 'end-after-tokens',
    behaviour: faults.endAfter(2),
    kind: { stream: 'provider_truncated', whole: 'provider_malformed' },
  },
  {
    name: 'hang-after-tokens',
    behaviour: faults.hangAfter(2),
    kind: 'provider_timeout_idle',
    timeouts: { idle: '1s' },
  },
  { name: 'late-error-event', behaviour: faults.errorEventAfter(2), kind: 'provider_overloaded' },
  { name: 'late-malformed', behaviour: faults.malformedAfter(2), kind: 'provider_malformed' },
  { name: 'late-huge-line', behaviour: faults.hugeLine(10_000_000, 2), kind: 'provider_malformed' },
  { name: 'broken-tool-call', behaviour: faults.brokenToolCall, kind: 'provider_malformed' },
]

export const kindOf = ({ kind }: Fault, stream: boolean): string =>
  typeof kind === 'string' ? kind : stream ? kind.stream : kind.whole
