import { defineStrategy } from 'commonroute/plugin'

export default defineStrategy({
  name: 'create-throws',
  schema: { type: 'object', properties: { token: { type: 'string', writeOnly: true } } },
  create({ token }) {
    throw new TypeError(`the token ${token} was not accepted`)
  },
})
