import { defineStrategy } from 'commonroute/plugin'

export default defineStrategy({ name: 'import-only-other', schema: {}, create: () => ({ rank: () => [] }) })
