import { expect, it } from 'vitest'
import { signed } from '../../../../providers/bedrock/sign.ts'

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const NOW = Date.parse('2015-08-30T12:36:00Z')

/**
 * AWS's published test vectors for signature version 4 (aws-sig-v4-test-suite; us-east-1, service `service`).
 */
it.each([
  ['get-vanilla', 'GET', '/', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['post-vanilla', 'POST', '/', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  [
    'get-vanilla-query-order-key-case',
    'GET',
    '/?Param2=value2&Param1=value1',
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
] as const)('signs the published %s', async (_, method, path, signature) => {
  const url = new URL(`https://example.amazonaws.com${path}`)
  const { headers } = await signed({ method, url, headers: {}, framing: 'none' }, CREDENTIALS, {
    region: 'us-east-1',
    service: 'service',
    now: NOW,
  })
  expect(headers).toEqual({
    authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
    'x-amz-date': '20150830T123600Z',
  })
})
