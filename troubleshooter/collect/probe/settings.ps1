# What is to be asked for: as the node's own settings name it, else as the caller gave it (TROUBLESHOOTER_ASKED).
# Sets Certificates (Url and Client; Client may be empty), Client (msiClientId), Users and Stores of $run.

function Get-NewestSettings {
    $found = foreach ($glob in $own_files) {
        if ($glob.EndsWith('.settings')) { Get-ChildItem -Path (Join-Path $run.Drive $glob) -File -Force -ErrorAction SilentlyContinue }
    }
    $found | Sort-Object -Property LastWriteTimeUtc | Select-Object -Last 1
}

function Read-Settings {
    $file = Get-NewestSettings
    if ($null -eq $file) { $run.Settings = 'no settings of the extension on this node' }
    else {
        $run.Settings = $file.FullName
        try { Read-Text ([IO.File]::ReadAllText($file.FullName)) }
        catch { $run.Settings += ' may not be read, or is empty' }
    }
    if ($run.Certificates.Count -eq 0 -and $env:TROUBLESHOOTER_ASKED) {
        foreach ($line in $env:TROUBLESHOOTER_ASKED.Split("`n")) {
            $words = $line.Trim().Split(' ')
            if ($words[0]) { Add-Certificate $words[0] ([string]$words[1]) }
        }
        $run.Settings += '; asked as the caller said'
    }
}

function Read-Text([string]$text) { # JSON, or JSON as a text in it; no secret is in public settings
    Read-Node (ConvertFrom-Json -InputObject $text) ''
}

function Read-Node($node, [string]$key) { # by the name that it stands under
    if ($node -is [string]) { Read-String $node $key }
    elseif ($node -is [array]) {
        foreach ($one in $node) { Read-Node $one $key }
    }
    elseif ($node -is [Management.Automation.PSCustomObject]) { Read-Object $node }
}

function Read-Object($node) {
    $url = [string]$node.url
    $ofUrl = $url -ne '' # whatever it is: what cannot be asked for is told
    if ($ofUrl) { Add-Certificate $url ([string]$node.authenticationOverride.msiClientId) }
    foreach ($each in $node.PSObject.Properties) {
        if ($each.Name -eq 'protectedSettings' -or $each.Name -eq 'authenticationOverride') { continue }
        if ($ofUrl -and $each.Name -eq 'url') { continue }
        Read-Node $each.Value $each.Name
    }
}

function Read-String([string]$text, [string]$key) {
    if ($text -match '^\s*([^/{]*://)?[^/{]+\.[^/{]+/(secrets|certificates)/') { Add-Certificate $text '' }
    elseif ($key -eq 'msiClientId') { $run.Client = $text }
    elseif ($key -eq 'certificateStoreName') { $run.Stores.Add($text) }
    elseif ($key -eq 'accounts') { $run.Users.Add($text) }
    elseif ($text -match '^\s*\{') {
        try { Read-Text $text } catch { return } # a text that only looks like JSON names nothing
    }
}

function Add-Certificate([string]$url, [string]$client) {
    $run.Certificates.Add(@{ Url = $url; Client = $client })
}

function Get-UrlParts([string]$url) { # nothing where it is none that may be asked
    $found = [regex]::Match($url, '^(?i:https)://([^/]*)/(?:secrets|certificates)/([^?#]+?)/?\z')
    if (-not $found.Success) { return $null }
    $name = $found.Groups[1].Value.ToLowerInvariant()
    if ($name.EndsWith(':443')) { $name = $name.Substring(0, $name.Length - 4) }
    $path = $found.Groups[2].Value
    if ($name -cnotmatch '^[a-z0-9][a-z0-9.-]*\z' -or $name.Contains('..')) { return $null }
    if ($path -cnotmatch '^[0-9A-Za-z-]+(/[0-9A-Za-z-]+)?\z') { return $null }
    @{ Host = $name; Path = "/secrets/$path" }
}

function Get-Audience([string]$name) { # which tokens are for; nothing where the host is no vault of a known cloud
    $first, $suffix = $name.Split([char[]]'.', 2)
    if ($first -cnotmatch '^[a-z0-9-]+\z') { return '' }
    $known = @('vault.azure.net', 'vault.azure.cn', 'vault.usgovcloudapi.net', 'vault.microsoftazure.de')
    if ($known -ccontains $suffix) { return "https://$suffix" }
    ''
}
