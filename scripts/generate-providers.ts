/** Makes the tables of docs/providers.md from the presets: npm run docs. */
import type { DataPolicy, Wire } from 'commonroute/plugin'
import type { Preset } from '../providers/openai-compatible/preset.ts'
import { PRESETS } from '../providers/openai-compatible/presets.ts'
import { isTemplate } from '../providers/openai-compatible/service.ts'
import { withSection } from './generate-benchmarks.ts'
import { wrapProse } from './wrap-prose.ts'

/** What users call a wire, or an operation. */
const SPEAKS: Readonly<Partial<Record<Wire, string>>> = {
  'openai-chat': 'chat',
  'openai-responses': 'responses',
  'anthropic-messages': 'messages',
  'openai-completions': 'completions',
  'openai-embeddings': 'embeddings',
  'openai-images': 'images',
  'openai-speech': 'speech',
  'openai-transcriptions': 'transcriptions',
  'openai-moderations': 'moderation',
  'openai-realtime': 'realtime',
  'jina-rerank': 'reranking',
  'voyage-rerank': 'reranking',
  'cohere-rerank': 'reranking',
  'anthropic-count-tokens': 'counts',
  'openai-input-tokens': 'counts',
}

const HOSTED = ['preset', 'service', 'base URL', 'key variable', 'speaks', 'zdr', 'data_collection', 'region']
const LOCAL = ['preset', 'server', 'base URL', 'looked for', 'speaks']

/** docs/providers.md with its tables and notes. */
export function withProviders(page: string): string {
  const all = Object.entries(PRESETS).sort(([a], [b]) => (a < b ? -1 : 1))
  const hosted = all.filter(([, { local }]) => !local)
  const local = all.filter(([, { local }]) => local)
  return [
    ['hosted', table(HOSTED, hosted.map(hostedRow))],
    ['local', table(LOCAL, local.map(localRow))],
    [
      'notes',
      all
        .filter(([, { notes }]) => notes?.length)
        .map(noteOf)
        .join('\n'),
    ],
  ].reduce((text, [name, section]) => withSection(text, name!, section!), page)
}

function hostedRow([name, preset]: [string, Preset]): string[] {
  const { title, keyVariable, otherKeyVariables = [], dataPolicy = {} } = preset
  const variables = [keyVariable!, ...otherKeyVariables].map((variable) => `\`${variable}\``).join(', ')
  return [`\`${name}\``, title, address(preset), variables, speaks(preset), ...policy(dataPolicy)]
}

const localRow = ([name, preset]: [string, Preset]): string[] => [
  `\`${name}\``,
  preset.title,
  preset.baseUrl,
  preset.local === 'probed' ? 'yes' : 'no',
  speaks(preset),
]

/** A template is no link. */
const address = ({ baseUrl }: Preset) => (isTemplate(baseUrl) ? `\`${baseUrl}\`` : baseUrl)

const policy = ({ zdr, dataCollection, region, source }: DataPolicy): string[] => {
  const cells = [zdr === undefined ? '' : zdr ? 'yes' : 'no', dataCollection ?? '', region ?? '']
  const at = cells.findIndex((word) => word !== '')
  return cells.map((word, index) => (index === at && source !== undefined ? `[${word}](${source})` : word))
}

const speaks = ({ wires }: Preset): string =>
  [...new Set(Object.values(wires).flatMap((each) => each.flatMap((wire) => SPEAKS[wire] ?? [])))].join(', ')

const noteOf = ([name, { notes = [], sources }]: [string, Preset]): string =>
  wrapProse(`- **${name}**: ${notes.join(' ')} ([source](${sources[0]}))`, '  ')

const table = (columns: readonly string[], rows: readonly string[][]): string =>
  [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
