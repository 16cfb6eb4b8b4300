import type { Config } from '../config/types.ts'
import { maxConnectMs } from './connect-timeout.ts'

/** Keys whose change a running router cannot take on. */
export function restartNeeded(before: Config, after: Config): string[] {
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
  const keys: [key: string, unchanged: boolean][] = [
    ['server.host', before.server.host === after.server.host],
    ['server.port', before.server.port === after.server.port],
    ['server.workers', before.server.workers === after.server.workers],
    ['server.max_connections', before.server.maxConnections === after.server.maxConnections],
    ['server.body_limit', before.server.bodyLimit === after.server.bodyLimit],
    ['server.stream_buffer', before.server.streamBuffer === after.server.streamBuffer],
    ['routing.timeouts.connect', maxConnectMs(before) >= maxConnectMs(after)],
    [
      'stats',
      same(
        { ...before.stats, store: before.stats.store.options },
        { ...after.stats, store: after.stats.store.options },
      ),
    ],
    ['responses', same(before.responses, after.responses)],
    ['log.format', before.log.format === after.log.format],
    ['log.outcomes', same(before.log.outcomes, after.log.outcomes)],
    [
      'observers',
      same(
        before.observers.map(({ plugin, options }) => [plugin, options]),
        after.observers.map(({ plugin, options }) => [plugin, options]),
      ),
    ],
  ]
  return keys.filter(([, unchanged]) => !unchanged).map(([key]) => key)
}
