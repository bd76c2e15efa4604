<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>DryRunWords</name>
    <message numerus="yes">
        <source>%n field(s) differ from the statement</source>
        <translation>
            <numerusform>%n field differs from the statement</numerusform>
            <numerusform>%n fields differ from the statement</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n organisation(s) so far, the rule asks for %1</source>
        <translation>
            <numerusform>%n organisation so far, the rule asks for %1</numerusform>
            <numerusform>%n organisations so far, the rule asks for %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Events</name>
    <message numerus="yes">
        <source>Round %1, %n update(s)</source>
        <translation>
            <numerusform>Round %1, %n update</numerusform>
            <numerusform>Round %1, %n updates</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Round %1 combined %n update(s).</source>
        <translation>
            <numerusform>Round %1 combined %n update.</numerusform>
            <numerusform>Round %1 combined %n updates.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PrivacyWords</name>
    <message numerus="yes">
        <source>Epsilon at most %1 at delta %2; the planned %n round(s) would spend %3.</source>
        <translation>
            <numerusform>Epsilon at most %1 at delta %2; the planned round would spend %3.</numerusform>
            <numerusform>Epsilon at most %1 at delta %2; the planned %n rounds would spend %3.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n record(s)</source>
        <translation>
            <numerusform>%n record</numerusform>
            <numerusform>%n records</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RuleWords</name>
    <message numerus="yes">
        <source>against %n hostile site(s)</source>
        <translation>
            <numerusform>against %n hostile site</numerusform>
            <numerusform>against %n hostile sites</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n value(s) trimmed on each side</source>
        <translation>
            <numerusform>%n value trimmed on each side</numerusform>
            <numerusform>%n values trimmed on each side</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>mean of %n site(s)</source>
        <translation>
            <numerusform>mean of %n site</numerusform>
            <numerusform>mean of %n sites</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n step(s) of Weiszfeld&apos;s algorithm</source>
        <translation>
            <numerusform>%n step of Weiszfeld&apos;s algorithm</numerusform>
            <numerusform>%n steps of Weiszfeld&apos;s algorithm</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StudyWords</name>
    <message numerus="yes">
        <source>Logistic regression with %n input(s)</source>
        <translation>
            <numerusform>Logistic regression with %n input</numerusform>
            <numerusform>Logistic regression with %n inputs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n round(s)</source>
        <translation>
            <numerusform>%n round</numerusform>
            <numerusform>%n rounds</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n step(s)</source>
        <translation>
            <numerusform>%n step</numerusform>
            <numerusform>%n steps</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message numerus="yes">
        <source>%n measurement(s) equal the reference values.</source>
        <translation>
            <numerusform>%n measurement equals the reference values.</numerusform>
            <numerusform>%n measurements equal the reference values.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1, and %n more check(s), failed.</source>
        <translation>
            <numerusform>%1, and %n more check, failed.</numerusform>
            <numerusform>%1, and %n more checks, failed.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quorate::ui::ApprovalsPage</name>
    <message numerus="yes">
        <source>%n number(s) a round, without noise, with record counts and test figures. No record, no identifier, no single prediction.</source>
        <translation>
            <numerusform>%n number a round, without noise, with record counts and test figures. No record, no identifier, no single prediction.</numerusform>
            <numerusform>%n numbers a round, without noise, with record counts and test figures. No record, no identifier, no single prediction.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quorate::ui::AttestationPage</name>
    <message numerus="yes">
        <source>Checking %n node(s)</source>
        <translation>
            <numerusform>Checking %n node</numerusform>
            <numerusform>Checking %n nodes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quorate::ui::AuditPage</name>
    <message numerus="yes">
        <source>%n event(s) without a gap. The tamper-evident log is not part of this version.</source>
        <translation>
            <numerusform>%n event without a gap. The tamper-evident log is not part of this version.</numerusform>
            <numerusform>%n events without a gap. The tamper-evident log is not part of this version.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quorate::ui::HashLabel</name>
    <message numerus="yes">
        <source>%n zero bytes</source>
        <translation>
            <numerusform>%n zero byte</numerusform>
            <numerusform>%n zero bytes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quorate::ui::IntervalPlot</name>
    <message numerus="yes">
        <source>%n record(s)</source>
        <translation>
            <numerusform>%n record</numerusform>
            <numerusform>%n records</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quorate::ui::KeyReleasePage</name>
    <message numerus="yes">
        <source>%n field(s) of the live evidence differ from the statement. A fresh challenge is made before sealing.</source>
        <translation>
            <numerusform>%n field of the live evidence differs from the statement. A fresh challenge is made before sealing.</numerusform>
            <numerusform>%n fields of the live evidence differ from the statement. A fresh challenge is made before sealing.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1, key epoch %2. %n person(s) each check, then the key goes.</source>
        <translation>
            <numerusform>%1, key epoch %2. %n person checks, then the key goes.</numerusform>
            <numerusform>%1, key epoch %2. %n people each check, then the key goes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Would not release yet: %n share(s) missing</source>
        <translation>
            <numerusform>Would not release yet: %n share missing</numerusform>
            <numerusform>Would not release yet: %n shares missing</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more share(s) needed</source>
        <translation>
            <numerusform>%n more share needed</numerusform>
            <numerusform>%n more shares needed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Any %1 of %2 custodians, from at least %n organisation(s). The enclave combines the shares; no computer outside it ever holds the key.</source>
        <translation>
            <numerusform>Any %1 of %2 custodians, from at least %n organisation. The enclave combines the shares; no computer outside it ever holds the key.</numerusform>
            <numerusform>Any %1 of %2 custodians, from at least %n organisations. The enclave combines the shares; no computer outside it ever holds the key.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quorate::ui::MainWindow</name>
    <message numerus="yes">
        <source>%n events</source>
        <translation>
            <numerusform>%n event</numerusform>
            <numerusform>%n events</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quorate::ui::NavEntry</name>
    <message numerus="yes">
        <source>%n waiting for you</source>
        <translation>
            <numerusform>%n waiting for you</numerusform>
            <numerusform>%n waiting for you</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quorate::ui::OverviewPage</name>
    <message numerus="yes">
        <source>%n events without a gap</source>
        <translation>
            <numerusform>%n event without a gap</numerusform>
            <numerusform>%n events without a gap</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n training records</source>
        <translation>
            <numerusform>%n training record</numerusform>
            <numerusform>%n training records</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quorate::ui::ResultsPage</name>
    <message numerus="yes">
        <source>%n round receipt(s), simulated evidence.</source>
        <translation>
            <numerusform>%n round receipt, simulated evidence.</numerusform>
            <numerusform>%n round receipts, simulated evidence.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n round receipt(s) announced</source>
        <translation>
            <numerusform>%n round receipt announced</numerusform>
            <numerusform>%n round receipts announced</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 (%n test record(s))</source>
        <translation>
            <numerusform>%1 (%n test record)</numerusform>
            <numerusform>%1 (%n test records)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quorate::ui::SitesPage</name>
    <message numerus="yes">
        <source>%n hospital(s) of %1; each connects outwards to the service</source>
        <translation>
            <numerusform>%n hospital of %1; it connects outwards to the service</numerusform>
            <numerusform>%n hospitals of %1; each connects outwards to the service</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quorate::ui::StudiesPage</name>
    <message numerus="yes">
        <source>%1 of %2 custodians, from at least %n organisation(s)</source>
        <translation>
            <numerusform>%1 of %2 custodians, from at least %n organisation</numerusform>
            <numerusform>%1 of %2 custodians, from at least %n organisations</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quorate::ui::TrainingPage</name>
    <message numerus="yes">
        <source>The study waits: %n site(s) may take part</source>
        <translation>
            <numerusform>The study waits: %n site may take part</numerusform>
            <numerusform>The study waits: %n sites may take part</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>for %n site(s)</source>
        <translation>
            <numerusform>for %n site</numerusform>
            <numerusform>for %n sites</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Passphrases</name>
    <message numerus="yes">
        <source>Too short: %n more character(s) needed.</source>
        <translation>
            <numerusform>Too short: %n more character needed.</numerusform>
            <numerusform>Too short: %n more characters needed.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quorate::ui::BackupCard</name>
    <message numerus="yes">
        <source>%1, %n log entries, format SQLCipher %2</source>
        <translation>
            <numerusform>%1, %n log entry, format SQLCipher %2</numerusform>
            <numerusform>%1, %n log entries, format SQLCipher %2</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n place(s) do not agree with the log, first: %1. The vault opens for reading only; restore a backup.</source>
        <translation>
            <numerusform>%n place does not agree with the log, first: %1. The vault opens for reading only; restore a backup.</numerusform>
            <numerusform>%n places do not agree with the log, first: %1. The vault opens for reading only; restore a backup.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quorate::ui::DiagnosticsCard</name>
    <message numerus="yes">
        <source>%n known answer(s) came out.</source>
        <translation>
            <numerusform>%n known answer came out.</numerusform>
            <numerusform>%n known answers came out.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Audit</name>
    <message numerus="yes">
        <source>And %n more finding(s).</source>
        <translation>
            <numerusform>And %n more finding.</numerusform>
            <numerusform>And %n more findings.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Log %1 · cosigned by %n</source>
        <translation>
            <numerusform>Log %1 · cosigned by %n</numerusform>
            <numerusform>Log %1 · cosigned by %n</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quorate::ui::ProofView</name>
    <message numerus="yes">
        <source>%n more step(s)</source>
        <translation>
            <numerusform>%n more step</numerusform>
            <numerusform>%n more steps</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quorate::ui::LogView</name>
    <message numerus="yes">
        <source>%n entry(s)</source>
        <translation>
            <numerusform>%n entry</numerusform>
            <numerusform>%n entries</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n checkpoint(s) verified</source>
        <translation>
            <numerusform>%n checkpoint verified</numerusform>
            <numerusform>%n checkpoints verified</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n newer entry(s) are signed after the next decision, or when the program ends.</source>
        <translation>
            <numerusform>%n newer entry is signed after the next decision, or when the program ends.</numerusform>
            <numerusform>%n newer entries are signed after the next decision, or when the program ends.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Proof that it is in the log (%n step(s))</source>
        <translation>
            <numerusform>Proof that it is in the log (%n step)</numerusform>
            <numerusform>Proof that it is in the log (%n steps)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quorate::ui::StudyEvents</name>
    <message numerus="yes">
        <source>%n event(s) as the service told them; what was done here is in this computer&apos;s log.</source>
        <translation>
            <numerusform>%n event as the service told it; what was done here is in this computer&apos;s log.</numerusform>
            <numerusform>%n events as the service told them; what was done here is in this computer&apos;s log.</numerusform>
        </translation>
    </message>
</context>
</TS>
