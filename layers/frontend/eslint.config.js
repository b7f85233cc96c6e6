// The house's rules for JavaScript: modules of src and test, and one script for browsers of any age.

import js from "@eslint/js";
import globals from "globals";

const strict = {
  curly: ["error", "multi-line"],
  eqeqeq: "error",
  "no-eval": "error",
  "no-implied-eval": "error",
  "no-irregular-whitespace": ["error", { skipStrings: true, skipTemplates: true }], // full-width spaces on the screen are meant
  "no-param-reassign": "error",
  "no-shadow": "error",
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-const": "error",
  "prefer-template": "error",
};

export default [
  { ignores: ["node_modules/"] },
  js.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["src/*.js"],
    ignores: ["src/old_browser.js"],
    languageOptions: { sourceType: "module", globals: globals.browser },
    rules: strict,
  },
  {
    files: ["src/old_browser.js"],
    languageOptions: { ecmaVersion: 5, sourceType: "script", globals: globals.browser },
  },
  {
    files: ["test/*.js", "eslint.config.js"],
    languageOptions: { sourceType: "module", globals: globals.node },
    rules: strict,
  },
];
