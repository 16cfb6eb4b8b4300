/** https://docs.aws.amazon.com/general/latest/gr/bedrock.html, runtime, November 2026. */
export const REGIONS = [
  'us-east-1',
  'us-east-2',
  'us-west-2',
  'ca-central-1',
  'sa-east-1',
  'eu-central-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-south-2',
  'ap-southeast-1',
  'ap-southeast-2',
]

/** It goes into a host: nothing else may. */
export const REGION_PATTERN = '^[a-z]{2,3}(?:-[a-z]+)+-\\d+$'
const REGION = new RegExp(REGION_PATTERN)

/** What tells endpoints apart may be a region, and then leads there. */
export const isRegion = (text: string | undefined): text is string => text !== undefined && REGION.test(text)

/** `base_url` by region: `{region}` stands for it. */
export const BASE_URL = 'https://bedrock-runtime.{region}.amazonaws.com'
