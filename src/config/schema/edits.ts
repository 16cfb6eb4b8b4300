import { list, type SchemaNode, section, text } from './values.ts'

/** What is changed in the requests to a provider, a model's endpoints, or one endpoint. The narrower one wins. */
export const params: SchemaNode = section('Top-level parameters of the requests, in the words of the upstream.', {
  defaults: { type: 'object', description: 'Sent where the client says nothing.' },
  overrides: { type: 'object', description: 'Sent whatever the client says.' },
  remove: list('Left out.', text('A parameter.')),
})

export const headers: SchemaNode = {
  type: 'object',
  description: 'Headers of the requests, in place of those of the provider; null leaves one out.',
  propertyNames: { type: 'string', pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", expects: 'the name of a header' },
  additionalProperties: {
    type: ['string', 'null'],
    // Others could not be sent, and a line end would begin another header.
    pattern: '^[\\t\\x20-\\x7e\\x80-\\xff]*$',
    writeOnly: true,
    expects: 'a text of one line, or null',
    description: 'A header.',
  },
}
