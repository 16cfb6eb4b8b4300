'use strict'
Object.defineProperty(exports, '__esModule', { value: true })
const { defineStrategy } = require('commonroute/plugin')

exports.default = defineStrategy({ name: 'common-js-transpiled', schema: {}, create: () => ({ rank: () => [] }) })
