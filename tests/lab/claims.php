<?php
// SPDX-License-Identifier: GPL-3.0-or-later
// A client's page: the claims it received, for a person and, as JSON, for a test.
$received = [
    'id_token' => json_decode($_SERVER['OIDC_id_token_payload'] ?? 'null', true),
    'userinfo' => json_decode($_SERVER['OIDC_userinfo_json'] ?? 'null', true),
];
$html = fn($text) => htmlspecialchars(is_string($text) ? $text : json_encode($text), ENT_QUOTES);
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
<?php foreach ($received as $where => $claims) { ?>
<p>This service received in <?= $html($where) ?>:</p>
<table>
<?php foreach ($claims ?? [] as $name => $value) { ?>
<tr><th><?= $html($name) ?></th><td><?= $html($value) ?></td></tr>
<?php } ?>
</table>
<?php } ?>
<script type="application/json" id="received"><?= json_encode($received, JSON_HEX_TAG) ?></script>
</body>
</html>
