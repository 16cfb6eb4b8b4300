/** Writes every document that is made from code or measurements: npm run docs. */
import { readFileSync, writeFileSync } from 'node:fs'
import { readResults, withSections } from './generate-benchmarks.ts'
import { configReference } from './generate-config-reference.ts'
import { editorSchema } from './generate-config-schema.ts'
import { errorReference } from './generate-errors.ts'
import { withProviders } from './generate-providers.ts'

const at = (name: string) => new URL(`../docs/${name}`, import.meta.url)

writeFileSync(at('configuration.md'), configReference())
writeFileSync(at('config.schema.json'), editorSchema())
writeFileSync(at('errors.md'), errorReference())
writeFileSync(at('benchmarks.md'), withSections(readFileSync(at('benchmarks.md'), 'utf8'), readResults()))
writeFileSync(at('providers.md'), withProviders(readFileSync(at('providers.md'), 'utf8')))
