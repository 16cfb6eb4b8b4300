import { join } from 'node:path'
import type { Plugin } from 'rolldown'

/** Where what a start needs of undici stands in its package. */
const PLACES: Readonly<Record<string, string>> = {
  buildConnector: 'core/connect.js',
  EnvHttpProxyAgent: 'dispatcher/env-http-proxy-agent.js',
  Pool: 'dispatcher/pool.js',
  ProxyAgent: 'dispatcher/proxy-agent.js',
}

/** As undici's index does it: its proxies call these methods. */
const METHODS = [
  "import Dispatcher from 'undici/lib/dispatcher/dispatcher.js'",
  "import methods from 'undici/lib/api/index.js'",
  'Object.assign(Dispatcher.prototype, methods)',
]

/**
 * undici for the modules in a folder, without the fetch, WebSocket, caches and mocks that its index loads at once. What
 * is imported and not in the table fails the build. Others get the index, and share the rest with it.
 */
export const slimUndici = (folder: string): Plugin => ({
  name: 'slim-undici',
  resolveId: {
    filter: { id: /^undici$/ },
    handler: (_id, from) => (from?.startsWith(folder) ? join(folder, 'undici.slim.js') : undefined),
  },
  load: {
    filter: { id: /undici\.slim\.js$/ },
    handler: () => {
      const places = Object.entries(PLACES)
      const code = [...METHODS, ...places.map(([name, at]) => `export { default as ${name} } from 'undici/lib/${at}'`)]
      return { code: code.join('\n'), moduleType: 'js' }
    },
  },
})
