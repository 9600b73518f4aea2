// Counts checks by group and prints them as a table whose last line is "N passed, N failed".
"use strict";

const SHOWN = 10; // failures printed per group

// What went wrong, and the line of ours that saw it.
function explain(error) {
  const place = String(error && error.stack).match(/\n\s+at .*(spec\/vendor\/checks\/[^)]*)/);
  return `${(error && error.message) || error}${place ? `\n  at ${place[1]}` : ""}`;
}

class Report {
  constructor(title) {
    this.title = title;
    this.groups = new Map();
  }

  // Runs one check; what it throws is the failure. Never rejects.
  async check(group, name, run) {
    const entry = this.groups.get(group) || { passed: 0, failures: [] };
    this.groups.set(group, entry);
    try {
      await run();
      entry.passed += 1;
    } catch (error) {
      entry.failures.push(`${name}: ${explain(error)}`);
    }
  }

  // True when something was checked in every group and nothing failed.
  print() {
    let passed = 0;
    let failed = 0;
    for (const [group, entry] of this.groups) {
      entry.failures.slice(0, SHOWN).forEach((text) => console.log(`FAILED ${group}: ${text.slice(0, 2000)}\n`));
      if (entry.failures.length > SHOWN) {
        console.log(`FAILED ${group}: ${entry.failures.length - SHOWN} more\n`);
      }
    }
    console.log(`=== ${this.title}`);
    for (const [group, entry] of this.groups) {
      const [good, bad] = [entry.passed, entry.failures.length];
      console.log(`  ${group.padEnd(64)} ${String(good).padStart(6)} passed ${String(bad).padStart(5)} failed`);
      passed += entry.passed;
      failed += entry.failures.length;
    }
    console.log(`${passed} passed, ${failed} failed`);
    return failed === 0 && passed > 0;
  }
}

module.exports = { Report };
