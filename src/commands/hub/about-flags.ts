import * as Flags from '@oclif/core/flags'

/** Who runs a hub, and on what terms: shown in `/v1/hub`, `/terms` and on the page, and remembered. */
export const ABOUT_FLAGS = {
  operator: Flags.string({ helpValue: 'TEXT', description: 'Who runs the hub; remembered, as all of these' }),
  contact: Flags.string({ helpValue: 'TEXT', description: 'Mail address or URL of whoever runs it' }),
  terms: Flags.string({ helpValue: 'URL|FILE', description: 'Terms of use: where they are, or a text file' }),
  licence: Flags.string({ helpValue: 'TEXT', description: 'Of the data that it publishes, such as CC-BY-4.0' }),
  retention: Flags.string({
    helpValue: 'TEXT',
    description: 'What is kept for how long, if you keep more than the hub does by itself',
  }),
  mirror: Flags.string({
    helpValue: 'URL',
    multiple: true,
    multipleNonGreedy: true,
    description: 'Where the same signed documents are served too; all of them at once, "" for none',
  }),
}
