import type { DataPolicy } from 'commonroute/plugin'

/**
 * A service's policy at an address: it holds at the service's own hosts, whose region is the one in `hosts` (`-`: the
 * policy's). Whoever answers elsewhere has a policy of their own, of which nothing is known.
 */
export function policyAt(
  base: string,
  hosts: Readonly<Record<string, string>>,
  policy: DataPolicy | undefined,
): DataPolicy | undefined {
  const { host } = new URL(base)
  if (!Object.hasOwn(hosts, host)) return undefined
  const region = hosts[host]!
  return region === '-' ? policy : { ...policy, region }
}

/** Trains unless that is turned off in the dashboard, and keeps for 30 days. */
export const COHERE_POLICY: DataPolicy = {
  zdr: false,
  dataCollection: 'allow',
  source: 'https://cohere.com/enterprise-data-commitments',
}

/** What is asked for without paying is used to improve Google's products; a key does not say which it is. */
export const GEMINI_POLICY: DataPolicy = {
  zdr: false,
  dataCollection: 'allow',
  source: 'https://ai.google.dev/gemini-api/docs/zdr',
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/

/** Nothing leaves it. */
const ON_THIS_MACHINE: DataPolicy = { zdr: true, dataCollection: 'deny' }

/** Of a server of one's own: known only on this machine. */
export const policyHere = (base: string): DataPolicy | undefined =>
  LOOPBACK.test(new URL(base).hostname) ? ON_THIS_MACHINE : undefined
