import { defineStrategy } from 'commonroute/plugin'

export default defineStrategy({ name: 'price', schema: {}, create: () => ({ rank: () => [] }) })
