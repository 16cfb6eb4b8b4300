import { defineStrategy } from 'commonroute/plugin'

export default defineStrategy({ name: 'import-only', schema: {}, create: () => ({ rank: () => [] }) })
