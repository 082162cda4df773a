<?php
// SPDX-License-Identifier: GPL-3.0-or-later
// A service's page: what it received, for a person and, as JSON, for a test.
$received = [];
foreach ($_SERVER as $name => $value) {
    if (preg_match('/^MELLON_(.+)_N$/', $name, $match)) {
        for ($i = 0; $i < $value; $i++) {
            // mod_auth_mellon hands values on as they stand in the XML
            $text = $_SERVER["MELLON_{$match[1]}_$i"];
            $received[$match[1]][] = html_entity_decode($text, ENT_XML1);
        }
    }
}
ksort($received);
$html = fn($text) => htmlspecialchars($text, ENT_QUOTES);
?>
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title><?= $html($_SERVER['SERVICE_NAME']) ?></title>
<style>
body { font: 1rem/1.5 sans-serif; max-width: 60rem; margin: 3rem auto; padding: 0 1rem }
td, th { text-align: left; vertical-align: top; padding: .3rem 1rem .3rem 0; word-break: break-all }
</style></head>
<body>
<h1><?= $html($_SERVER['SERVICE_NAME']) ?></h1>
<p>This service received:</p>
<table>
<?php foreach ($received as $name => $values) { ?>
<tr><th><?= $html($name) ?></th><td><?= implode('<br>', array_map($html, $values)) ?></td></tr>
<?php } ?>
</table>
<script type="application/json" id="received"><?= json_encode($received, JSON_HEX_TAG) ?></script>
</body>
</html>
