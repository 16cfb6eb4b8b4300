import { auth } from './auth.ts'
import { catalogue } from './catalogue.ts'
import { federation } from './federation.ts'
import { models, providers } from './models.ts'
import { probes } from './probes.ts'
import { responses } from './responses.ts'
import { routing } from './routing.ts'
import { log, observers, plugins, server, stats } from './service.ts'
import { type SchemaNode, section } from './values.ts'

/**
 * The whole file format: JSON Schema 2020-12. Keys that begin with `x-` are for the file's own anchors. Defaults stand
 * here and nowhere else.
 */
export const configSchema = section(
  'Configuration of Commonroute.',
  {
    server,
    auth,
    providers,
    models,
    catalogue,
    routing,
    responses,
    stats,
    log,
    federation,
    probes,
    observers,
    plugins,
  },
  {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    required: ['providers'],
    patternProperties: { '^x-': {} },
  },
) satisfies SchemaNode
