import { CONTINENTS, PROVIDER_PATTERN } from '../../federation/protocol/words.ts'
import { list, type SchemaNode, section, text } from './values.ts'

const yesNo = (description: string, byDefault: boolean): SchemaNode => ({
  type: 'boolean',
  default: byDefault,
  description,
})

/** What counts once the router has joined a hub with `router federation join`; `map` and `key` count before. */
export const federation = section(
  'Shared statistics: what this router gives to a hub, and takes from it, once it has joined one with `router federation join` (docs/federation.md).',
  {
    enabled: yesNo(
      '`false` stops everything: nothing is sent to the hub, nothing is read from it, and its map is not used.',
      true,
    ),
    hub: text(
      'The hub that this router shall have joined: another one is then not talked to. Default: the one that it has joined.',
      {
        pattern: '^https?://[^\\s/?#@]+/?$',
        expects: 'the address of a hub, such as https://hub.example',
      },
    ),
    map: text(
      'A map to use without joining: the URL of a hub or of any file server that has it, or a file, relative to this one. A file may be older than a day: a seed. It counts while no hub is joined.',
      { expects: 'a URL such as https://hub.example, or a file' },
    ),
    key: text('The key that signs `map`, or its fingerprint: documents of others are not taken.', {
      pattern: '^[A-Za-z0-9_-]{22}([A-Za-z0-9_-]{21})?$',
      expects: "a hub's key (43 characters) or its fingerprint (22)",
    }),
    read_key: text(
      'The read key of the hub that has `map`, where that is a private one: `router hub read-key` shows it.',
      {
        writeOnly: true,
      },
    ),
    share: yesNo('`false`: the map is read and used, and nothing is sent, neither reports nor alarms.', true),
    noise: {
      type: 'boolean',
      description:
        'Whether noise is added to what is sent (docs/privacy.md). Default: as chosen when joining, where noise is the default.',
    },
    grids: yesNo(
      'Whether latency histograms are sent, although they carry no noise, of cells with 200 requests or more. Without noise they are always sent.',
      false,
    ),
    prices: yesNo('Whether effective prices are sent, two digits. A discount of your own shows in them.', true),
    quality: yesNo(
      'Whether it is sent how many answers of each public model were judged, and how many of them were good, by kind of work (docs/privacy.md).',
      true,
    ),
    continent: {
      type: 'string',
      enum: CONTINENTS,
      description: 'Where this router stands; `-` does not say. Default: as given when joining.',
    },
    providers: {
      type: 'object',
      description:
        'Public names of configured providers, where their plugin does not determine them: a gateway of your own, an odd base URL.',
      additionalProperties: text('Name of the provider in the public catalogue, such as `openai`.', {
        pattern: PROVIDER_PATTERN,
        expects: 'a public name: lower-case letters, digits and dashes, at most 40',
      }),
      default: {},
    },
    models: list(
      'Endpoints whose model is public although the catalogue does not know it, as `provider/upstream-model`. Never list a fine-tune or a private deployment.',
      text('An endpoint.', { pattern: '^[^/]+/.+$', expects: 'provider/upstream-model' }),
      { default: [] },
    ),
    incidents: yesNo(
      "Whether incidents that the hub announces lower what is believed of an endpoint's success while they last.",
      true,
    ),
  },
  { default: {} },
)
