import { describe, expect, test } from 'vitest'
import { pathHint } from '../../../src/server/path-hint.ts'

describe('pathHint', () => {
  test.each([
    ['POST', '/chat/completions', 'POST /v1/chat/completions'],
    ['POST', '/v1/v1/chat/completions', 'POST /v1/chat/completions'],
    ['POST', '/v1/chat/completion', 'POST /v1/chat/completions'],
    ['POST', '/v1/chat/completions/', 'POST /v1/chat/completions'],
    ['POST', '/api/v1/chat/complet', 'POST /api/v1/chat/completions'],
    ['POST', '/openai/v1/responses', 'POST /v1/responses'],
    ['GET', '/v1/chat/completions', 'POST /v1/chat/completions'],
    ['GET', '/models', 'GET /v1/models'],
    ['POST', '/v1/models', 'GET /v1/models'],
    ['POST', '/v2/reranks', 'POST /v2/rerank'],
  ])('%s %s: %s', (method, path, meant) => {
    expect(pathHint(method, path)).toBe(` Did you mean ${meant}?`)
  })

  test.each(['/', '/favicon.ico', '/v1', '/api/generate', '/nothing/of/the/kind'])('nothing for %s', (path) => {
    expect(pathHint('POST', path)).toBe('')
  })
})
