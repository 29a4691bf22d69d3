# Writes a tar of what an extension left on a Windows node: an allow-list, sizes capped; for Windows PowerShell 5.1.
# It is collect.sh for Windows: the same entries in the same form, and the same notes. Nothing else is written here.
# What is read stands before this text as $every_... and $own_... (wanted.py): names and globs below the system drive.
# Everything is in functions and Start-Collection is called in the last line: a text that arrived in part does nothing.

function Add-Note([string]$kind, [string]$path, [string]$words) { # one line for whoever reads the archive
    $shown = [regex]::Replace((Get-EntryName $path), '[\x01-\x1f\x7f]', '?')
    $notes.Add(@($kind, $shown, $words) -join "`t")
}

function Get-EntryName([string]$path) { # below the system drive, with slashes
    if ($path.StartsWith($drive, 'OrdinalIgnoreCase')) { $path = $path.Substring($drive.Length) }
    $path.Replace('\', '/')
}

function Set-Field([byte[]]$block, [int]$at, [string]$text) {
    $bytes = [Text.Encoding]::UTF8.GetBytes($text)
    [Array]::Copy($bytes, 0, $block, $at, $bytes.Length)
}

function Test-Name([string]$name) { # whether it fits into a header
    $base = $name.Substring($name.LastIndexOf('/') + 1)
    [Text.Encoding]::UTF8.GetByteCount($base) -le 100 -and [Text.Encoding]::UTF8.GetByteCount($name) - [Text.Encoding]::UTF8.GetByteCount($base) -le 156
}

function Add-Header([string]$name, [long]$size) { # of ustar
    $block = [byte[]]::new(512)
    $cut = -1
    if ([Text.Encoding]::UTF8.GetByteCount($name) -gt 100) { $cut = $name.LastIndexOf('/') }
    Set-Field $block 0 ($name.Substring($cut + 1))
    Set-Field $block 100 '0000644'
    Set-Field $block 108 '0000000'
    Set-Field $block 116 '0000000'
    Set-Field $block 124 ([Convert]::ToString($size, 8).PadLeft(11, '0'))
    Set-Field $block 136 '00000000000'
    Set-Field $block 148 '        '
    Set-Field $block 156 '0'
    Set-Field $block 257 'ustar'
    Set-Field $block 263 '00'
    if ($cut -gt 0) { Set-Field $block 345 ($name.Substring(0, $cut)) }
    $sum = 0
    foreach ($byte in $block) { $sum += $byte }
    Set-Field $block 148 ([Convert]::ToString($sum, 8).PadLeft(6, '0'))
    $block[154] = 0
    $archive.Write($block, 0, 512)
}

function Add-Bytes([string]$name, [byte[]]$data, [int]$size) {
    Add-Header $name $size
    $archive.Write($data, 0, $size)
    $archive.Write([byte[]]::new(511), 0, (512 - $size % 512) % 512)
}

function Add-Text([string]$name, [string]$text) { # an entry of our own making
    if (-not $text) { return }
    $data = [Text.Encoding]::UTF8.GetBytes($text + "`n")
    Add-Bytes $name $data $data.Length
}

function Test-SecretName([string]$name) { $name -match '\.(prv|pem|key|keyid|pfx|p12)(\.|$)' }

function Test-Key([byte[]]$data, [int]$size) { # PEM lines of a private key; as bytes, the object identifier of PKCS #7
    $text = [Text.Encoding]::GetEncoding(28591).GetString($data, 0, $size)
    $plain = $text.Replace("`0", '')
    $pkcs = [Text.Encoding]::GetEncoding(28591).GetString([byte[]]@(42, 134, 72, 134, 247, 13, 1, 7))
    $plain -cmatch '-----(BEGIN|END)[A-Z0-9 ]* PRIVATE KEY' -or $text.IndexOf($pkcs, [StringComparison]::Ordinal) -ge 0
}

function Test-Link($item) { [bool]($item.Attributes -band [IO.FileAttributes]::ReparsePoint) }

function Test-Plain($item) { # a file, and not a key's
    $why = ''
    if (Test-Link $item) { $why = 'a link' }
    elseif (Test-SecretName $item.Name) { $why = 'its name is that of a certificate or key' }
    if ($why) { Add-Note 'left-out' $item.FullName $why }
    -not $why
}

function Read-Newest([string]$path) { # its last $largest bytes: what is sent of it, and its whole size
    $share = [IO.FileShare]'ReadWrite, Delete'
    $stream = [IO.FileStream]::new($path, [IO.FileMode]::Open, [IO.FileAccess]::Read, $share)
    try {
        $whole = $stream.Length
        $taken = [int][Math]::Min($whole, $largest)
        $data = [byte[]]::new($taken)
        [void]$stream.Seek($whole - $taken, [IO.SeekOrigin]::Begin)
        $size = 0
        while ($size -lt $taken) {
            $came = $stream.Read($data, $size, $taken - $size)
            if ($came -eq 0) { break }
            $size += $came
        }
        @{ Data = $data; Size = $size; Whole = $whole }
    }
    finally { $stream.Dispose() }
}

function Add-File($item) {
    if (-not (Test-Plain $item)) { return }
    $name = Get-EntryName $item.FullName
    try { $part = Read-Newest $item.FullName }
    catch {
        Add-Note 'denied' $item.FullName ''
        return
    }
    if (Test-Key $part.Data $part.Size) {
        Add-Note 'left-out' $item.FullName 'it holds a private key or PKCS #12'
        return
    }
    if ($left.Files -lt 1 -or $part.Size -gt $left.Bytes -or -not (Test-Name $name)) {
        Add-Note 'limit' $item.FullName ''
        return
    }
    $left.Files -= 1
    $left.Bytes -= $part.Size
    if ($part.Whole -gt $part.Size) { Add-Text 'answers/note' (@('cut', ($part.Whole - $part.Size), $part.Whole) -join "`t") }
    Add-Bytes $name $part.Data $part.Size
}

function Test-Folder([string]$path) { # it is there, may be entered, and is no link
    if (-not [IO.Directory]::Exists($path)) {
        Add-Note 'absent' $path ''
        return $false
    }
    if (Test-Link ([IO.DirectoryInfo]::new($path))) {
        Add-Note 'left-out' $path "it leads out of the node's root"
        return $false
    }
    $true
}

function Get-Files([string[]]$globs) { # the globs, expanded
    foreach ($glob in $globs) {
        Get-ChildItem -Path (Join-Path $drive $glob) -File -Force -ErrorAction SilentlyContinue
    }
}

function Add-LogFiles([IO.DirectoryInfo]$folder, [int]$depth) { # newest first, folder by folder, three levels down
    if (Test-Link $folder) { return }
    $inside = @(Get-ChildItem -LiteralPath $folder.FullName -Force -ErrorAction SilentlyContinue)
    $files = @($inside | Where-Object -FilterScript { -not $_.PSIsContainer } | Sort-Object -Property LastWriteTimeUtc -Descending)
    foreach ($file in @($files | Select-Object -First 600)) { Add-File $file }
    if ($depth -le 0) { return }
    foreach ($below in @($inside | Where-Object -FilterScript { $_.PSIsContainer })) { Add-LogFiles $below ($depth - 1) }
}

function Get-StoreListing { # what the machine's own store holds, by thumbprint; never what it is
    $store = [Security.Cryptography.X509Certificates.X509Store]::new('MY', 'LocalMachine')
    $store.Open([Security.Cryptography.X509Certificates.OpenFlags]'ReadOnly, OpenExistingOnly')
    try {
        $lines = foreach ($one in $store.Certificates) {
            "$($one.Thumbprint) until $($one.NotAfter.ToUniversalTime().ToString('s')) key: $($one.HasPrivateKey)"
        }
        @(@('LocalMachine\MY:') + @($lines | Select-Object -First 500)) -join "`n"
    }
    finally { $store.Close() }
}

function Write-Archive {
    $found = @(Get-Files $own_files)
    foreach ($folder in $own_folder) {
        if ($found.Count -eq 0) { Add-Note 'absent' (Join-Path $drive $folder) '' }
    }
    foreach ($file in $found + @(Get-Files $every_file)) { Add-File $file }
    foreach ($glob in $own_logs) {
        $folders = @(Get-Item -Path (Join-Path $drive $glob) -Force -ErrorAction SilentlyContinue)
        if ($folders.Count -eq 0) { Add-Note 'absent' (Join-Path $drive $glob) '' }
        foreach ($folder in $folders) {
            if (Test-Folder $folder.FullName) { Add-LogFiles $folder 3 }
        }
    }
    foreach ($name in $every_log) {
        $path = Join-Path $drive $name
        if ([IO.File]::Exists($path)) { Add-File ([IO.FileInfo]::new($path)) } else { Add-Note 'absent' $path '' }
    }
    try { Add-Text 'answers/store-listing.txt' (Get-StoreListing) } catch { Add-Note 'absent' 'answers/store-listing.txt' '' }
    Add-Text 'answers/note' ($notes.ToArray() -join "`n")
    $archive.Write([byte[]]::new(1024), 0, 1024)
}

function Start-Collection([string]$to) {
    $drive = "$env:SystemDrive\"
    $notes = [Collections.Generic.List[string]]::new()
    $left = @{ Files = $most_files; Bytes = $largest_total }
    $archive = [IO.File]::Create($to)
    try { Write-Archive } finally { $archive.Dispose() }
}

Start-Collection $args[0]
