/** What can be asked of everybody who is compared. */
export interface Ask {
  readonly path: string
  readonly body: object
}

const MESSAGE =
  'Tell me something about the sea, in about fifty words, and please be kind to those who cannot swim. '.repeat(4)
const RULES = 'You are helpful.'

const CHAT: Ask = {
  path: '/v1/chat/completions',
  body: {
    model: 'bench',
    messages: [
      { role: 'system', content: RULES },
      { role: 'user', content: MESSAGE },
    ],
    temperature: 0.7,
  },
}
const responses = (model: string): Ask => ({
  path: '/v1/responses',
  body: { model, instructions: RULES, input: MESSAGE, temperature: 0.7, store: false },
})

export const ASKS = {
  chat: CHAT,
  /** Of an upstream that speaks it. */
  responses: responses('bench-responses'),
  /** Of an upstream that speaks chat only: whoever cannot translate is asked for a chat. */
  translated: responses('bench'),
  /** 64 kB of sound, in four pieces. */
  speech: { path: '/v1/audio/speech', body: { model: 'bench', input: MESSAGE, voice: 'alloy' } },
  /** A picture of 1 MB, in base64. */
  image: { path: '/v1/images/generations', body: { model: 'bench', prompt: MESSAGE } },
} satisfies Record<string, Ask>

/** Of one of these, what `translates` or not is asked for. */
export const askOf = (kind: keyof typeof ASKS, translates: boolean): Ask =>
  kind === 'translated' && !translates ? CHAT : ASKS[kind]
