import { describe, expect, test } from 'vitest'
import { sessionIn, withoutBillingLine } from '../../../src/base/client-marks.ts'

const LINE = 'x-anthropic-billing-header: cc_version=2.1.37.3a3; cc_entrypoint=cli; cch=a31f0;'
const UUID = 'b2c3d4e5-0000-4000-8000-123456789abc'

describe('the billing line of Claude Code', () => {
  test.each([
    ['alone', LINE, ''],
    ['before the prompt', `${LINE}\nYou are a coding agent.`, 'You are a coding agent.'],
    ['before the prompt, with blank lines and CRLF', `${LINE}\r\n\r\nYou are.`, 'You are.'],
    ['joined to the prompt by a blank', `${LINE} You are.`, 'You are.'],
    ['without its last semicolon', `${LINE.slice(0, -1)}\nYou are.`, 'You are.'],
    ['in other letters', `${LINE.replace('x-anthropic', 'X-Anthropic')}\nYou are.`, 'You are.'],
    ['spoken of by a prompt', `Never print ${LINE}`, `Never print ${LINE}`],
    ['not there', 'You are a coding agent.', 'You are a coding agent.'],
  ])('%s', (_, text, rest) => {
    expect(withoutBillingLine(text)).toBe(rest)
  })
})

describe('the session in a user id', () => {
  const hash = 'd'.repeat(64)
  test.each([
    ['with an account', `user_${hash}_account_${UUID}_session_${UUID}`, UUID],
    ['without one', `user_${hash}_account__session_${UUID}`, UUID],
    ['as JSON', JSON.stringify({ device_id: hash, account_uuid: '', session_id: UUID }), UUID],
    ['as JSON without a session', JSON.stringify({ device_id: hash }), undefined],
    ['of another client', 'user-7', undefined],
    ['that is no text', 7, undefined],
    ['that is far too long', `user_${'d'.repeat(5000)}_account__session_${UUID}`, undefined],
  ])('%s', (_, id, session) => {
    expect(sessionIn(id)).toBe(session)
  })
})
