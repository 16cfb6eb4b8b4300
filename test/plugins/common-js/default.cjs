const { defineStrategy } = require('commonroute/plugin')

exports.default = defineStrategy({ name: 'common-js-default', schema: {}, create: () => ({ rank: () => [] }) })
